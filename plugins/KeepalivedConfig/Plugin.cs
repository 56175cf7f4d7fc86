namespace HotStandby.Plugins.KeepalivedConfig;
