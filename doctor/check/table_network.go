package check

// network are the checks of proxies, the checksum database and private modules (C65 to C73).
var network = []*Check{
	goproxyMalformed,
	goproxyStops,
	privateModulePublic,
	goprivateWide,
	directWithoutGit,
	gitAuth,
	netrcOpen,
	goauthBroken,
	govcsForbids,
	gosumdbBroken,
	gosumdb,
	tlsRoots,
	httpProxy,
	clockWrong,
	offlineIncomplete,
	proxyDown,
	sumdbDown,
	proxyIntercepted,
	certificateEnds,
	clockDiffers,
	proxyNoResume,
	proxyFaster,
}
