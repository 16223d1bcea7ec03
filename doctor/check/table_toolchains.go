package check

// toolchains are the checks of toolchains, GOROOT and PATH (C40 to C54).
var toolchains = []*Check{
	goTooOld, goLineUnpatched, gotoolchainPath, gotoolchainInvalid, toolchainBlocked, toolchainIgnored,
}
