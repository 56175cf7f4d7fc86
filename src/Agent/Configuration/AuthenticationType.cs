namespace HotStandby.Agent.Configuration;

/// <summary>How adverts of a virtual router are authenticated.</summary>
public enum AuthenticationType
{
    /// <summary>Simple text password of version 2 (RFC 2338), as keepalived's auth_type PASS.</summary>
    Pass,

    /// <summary>Signed adverts of version 3, as keepalived's auth_hmac.</summary>
    Hmac,
}
