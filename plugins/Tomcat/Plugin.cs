namespace HotStandby.Plugins.Tomcat;
