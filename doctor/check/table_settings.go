package check

// settings are the checks of the settings of the go command (C55 to C64).
var settings = []*Check{
	settingHidden,
	goenvFile,
	goenvBricks,
	goflagsCheck,
	targetLeftSet,
	cgoCheck,
	settingInvalid,
	modulesOff,
	gopathCheck,
	silentSwitches,
}
