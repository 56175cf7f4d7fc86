namespace HotStandby.Plugins.TcpPort;
