package related

// places is everything that is looked for, in the order in which they get what two of them claim. To add
// one: a line here, and its Find in the file of its kind.
var places = []Place{
	{"gopls", "Type information and indexes that gopls keeps; it makes them anew, and trims them itself.", StoreRelated, findGopls},
	{"goimports", "The index of the module cache that gopls and goimports complete import paths from.", StoreRelated, findGoimports},
	{"staticcheck", "Results of staticcheck, kept like a build cache; it makes them anew.", StoreRelated, findStaticcheck},
	{"golangci-lint", "Results of golangci-lint, kept like a build cache; it makes them anew.", StoreRelated, findGolangciLint},
	{"tinygo", "Packages and runtime libraries that TinyGo compiled; it makes them anew.", StoreRelated, findTinygo},
	{"telemetry", "Counters that the Go toolchain keeps; local only, unless go telemetry is on.", StoreRelated, findTelemetry},
	{"sumdb", "What go remembers of the checksum database; removing it weakens a protection.", StoreRelated, findSumdb},
	{"modcache", "Module caches that no setting points to any more.", StoreAbandoned, findModCaches},
	{"buildcache", "Build caches that no setting points to any more.", StoreAbandoned, findBuildCaches},
	{"goenv", "Module caches of the GOPATH that goenv makes for each Go version.", StoreAbandoned, findGoenv},
	{"asdf", "Module caches of the GOPATH that asdf makes for each Go version.", StoreAbandoned, findAsdf},
	{"mise", "Module caches of the GOPATH that mise makes for each Go version.", StoreAbandoned, findMise},
	{"gvm", "Module caches of the package sets of gvm.", StoreAbandoned, findGvm},
	{"gopath-src", "Sources in GOPATH: somebody's work, or what go get fetched before modules.", StoreGopathSrc, findGopathSrc},
	{"gopath-pkg", "Compiled packages and caches in GOPATH from before modules.", StoreGopathPkg, findGopathPkg},
	{"leftovers", "What go, its linker, gopls and godoctor left in the temporary directory when they were killed.", StoreRelated, findLeftovers},
}

// Places returns the table.
func Places() []Place { return append([]Place(nil), places...) }
