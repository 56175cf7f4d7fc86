namespace HotStandby.Agent.Lab;

/// <summary>A real nginx: a master and one worker (Debian package nginx-light).</summary>
internal sealed class NginxService(LabNode node, LabServiceSpec spec) : LabService(node, spec)
{
    public const string DefaultPidFile = "/run/nginx.pid";

    private string ErrorLog => Path.Combine(Folder, "error.log");

    public override string Words => LabLog.Read(OutputFile) + LabLog.Read(ErrorLog);

    protected override LabProcess Launch()
    {
        string configuration = Path.Combine(Folder, "nginx.conf");
        File.WriteAllText(configuration, $$"""
            daemon off;
            worker_processes 1;
            user root;
            pid {{Spec.PidFile}};
            error_log {{ErrorLog}};
            events { worker_connections 1024; }
            http {
                access_log off;
                keepalive_timeout 0;
                server_tokens off;
                server {
                    listen 0.0.0.0:{{Spec.Port}};
                    listen [::]:{{Spec.Port}} ipv6only=on;
                    default_type text/plain;
                    location / { return 200 "{{Node.Name}}\n"; }
                }
            }

            """);
        Node.RunToEnd("mkdir", "-p", Path.GetDirectoryName(Spec.PidFile)!);
        return Node.Run("nginx", ["-p", Folder, "-e", ErrorLog, "-c", configuration], outputFile: OutputFile);
    }
}
