namespace HotStandby.Plugins.Script;
