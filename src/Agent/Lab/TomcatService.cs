namespace HotStandby.Agent.Lab;

/// <summary>A real tomcat of Debian's package tomcat10 with a base of its own: one HTTP connector and a page with the node's name.</summary>
internal sealed class TomcatService(LabNode node, LabServiceSpec spec) : LabService(node, spec)
{
    public const string Home = "/usr/share/tomcat10";

    public override string Words => LabLog.Read(OutputFile);

    protected override LabProcess Launch()
    {
        string root = Path.Combine(Folder, "webapps", "ROOT");
        foreach (string folder in new[] { "conf", "logs", "temp", "work", "webapps/ROOT/WEB-INF" })
        {
            Directory.CreateDirectory(Path.Combine(Folder, folder));
        }

        File.WriteAllText(Path.Combine(Folder, "conf", "server.xml"), $"""
            <?xml version="1.0" encoding="UTF-8"?>
            <Server port="-1">
              <Service name="Catalina">
                <Connector port="{Spec.Port}" protocol="HTTP/1.1" maxThreads="20" minSpareThreads="4" />
                <Engine name="Catalina" defaultHost="localhost">
                  <Host name="localhost" appBase="webapps" autoDeploy="false" unpackWARs="false" />
                </Engine>
              </Service>
            </Server>

            """);

        // Complete in itself, so that start-up scans no jar for annotations.
        File.WriteAllText(Path.Combine(root, "WEB-INF", "web.xml"), """
            <?xml version="1.0" encoding="UTF-8"?>
            <web-app xmlns="https://jakarta.ee/xml/ns/jakartaee" version="5.0" metadata-complete="true">
              <absolute-ordering/>
              <servlet>
                <servlet-name>default</servlet-name>
                <servlet-class>org.apache.catalina.servlets.DefaultServlet</servlet-class>
                <load-on-startup>1</load-on-startup>
              </servlet>
              <servlet-mapping><servlet-name>default</servlet-name><url-pattern>/</url-pattern></servlet-mapping>
              <welcome-file-list><welcome-file>index.html</welcome-file></welcome-file-list>
            </web-app>

            """);
        string page = Path.Combine(root, Spec.Path.EndsWith('/') ? Spec.Path[1..] + "index.html" : Spec.Path[1..]);
        Directory.CreateDirectory(Path.GetDirectoryName(page)!);
        File.WriteAllText(page, Node.Name + "\n");

        return Node.Run(
            Path.Combine(Home, "bin", "catalina.sh"),
            ["run"],
            new Dictionary<string, string>
            {
                ["CATALINA_HOME"] = Home,
                ["CATALINA_BASE"] = Folder,
                ["CATALINA_OPTS"] = "-Xmx96m -XX:+UseSerialGC -XX:TieredStopAtLevel=1",
            },
            OutputFile);
    }
}
