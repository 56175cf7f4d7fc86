namespace HotStandby.Plugins.Nginx;
