package check

// toolchains are the checks of toolchains, GOROOT and PATH (C40 to C54).
var toolchains = []*Check{
	gorootOther, gorootMissing, gorootMixed, gorootIncomplete, severalGos, architectureWrong,
	goTooOld, goLineUnpatched, gotoolchainPath, gotoolchainInvalid, toolchainBlocked, toolchainIgnored,
	toolchainVulnerable, toolchainUnsupported, toolchainBehind,
	toolTooOld, programShadowed,
}
