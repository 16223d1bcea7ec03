package check

var leftoverTmp = verified("leftover-tmp", Check{
	Cost:   Walk,
	Covers: []string{"C17"},
	Help: Help{
		Why:  "Temporary files of go commands that were killed, or had no space left, lie in the module cache; nothing will ever remove them.",
		Look: "find $(go env GOMODCACHE) -name '*.tmp*'.",
		Do:   "godoctor clean --leftovers.",
		See:  []string{"https://go.dev/ref/mod#module-cache"},
	},
	Run: littered,
})

var listDamaged = verified("list-damaged", Check{
	Cost: Walk,
	Help: Help{
		Why:  "The file @v/list of a module in the download cache is cut or full of zeros. go does not read it; who uses the cache as a proxy does.",
		Look: "cat $(go env GOMODCACHE)/cache/download/MODULE/@v/list.",
		Do:   "godoctor repair removes it: go writes it again with the next download.",
		See:  []string{"https://go.dev/ref/mod#goproxy-protocol"},
	},
	Run: littered,
})

var vcsDamaged = verified("vcs-damaged", Check{
	Cost: Walk,
	Help: Help{
		Why: "A clone below cache/vcs, which go makes where it fetches from the origin, has no HEAD, another address in its .info file, " +
			"or a lock that a killed git left: every fetch of that repository fails.",
		Look: "ls $(go env GOMODCACHE)/cache/vcs.",
		Do:   "godoctor repair removes the clone: go makes it again.",
		See:  []string{"https://go.dev/ref/mod#vcs"},
	},
	Run: littered,
})

var toolchainDamaged = verified("toolchain-damaged", Check{
	Covers: []string{"C22"},
	Says: []string{
		"go: download go…: stat …: no such file or directory",
	},
	Help: Help{
		Why: "A toolchain that go downloaded lacks parts, or has other files than the signed module of its release. go does not fetch it " +
			"again: it fails for ever with \"stat .../bin/go: no such file or directory\".",
		Look: "godoctor toolchains verify compares each with the record of its release.",
		Do:   "godoctor repair fetches it again. By hand: remove its directory in the module cache.",
		See:  []string{"https://go.dev/doc/toolchain"},
	},
})

var buildcacheDamaged = verified("buildcache-damaged", Check{
	Help: Help{
		Why: "An output in the build cache does not have the hash that is its name. go checks that when it writes one, and never again: a " +
			"flipped bit becomes an internal compiler error, or a wrong program.",
		Look: "godoctor verify hashes all of them.",
		Do:   "godoctor repair removes the entry: go builds it again.",
		See:  []string{"golang/go#69179"},
	},
})

var sumdbCacheDamaged = verified("sumdb-cache-damaged", Check{
	Covers: []string{"C20", "C21"},
	Says: []string{
		"initializing sumdb.Client: reading tree note: malformed note",
		"malformed record data",
		"downloaded inconsistent tile",
	},
	Help: Help{
		Why: "A file of the local copy of the checksum database cannot be used: full of zeros after a power loss, cut, or changed. Where it " +
			"is the tree head (GOPATH/pkg/sumdb/NAME/latest), every download of a module stops.",
		Look: "godoctor verify checks all of it, by the signature and the proofs.",
		Do: "godoctor repair moves that one file aside. A tree head that carries a signature is never one: it is what tells a database " +
			"that shows another history.",
		See: []string{"golang/go#38348", "golang/go#34527"},
	},
})

var sumdbUntrusted = verified("sumdb-untrusted", Check{
	Help: Help{
		Why: "The checksum database contradicts itself, or answers what it has not signed. Either it is not the database, or it shows this " +
			"machine another history than the rest of the world.",
		Look: "The finding has what was said, word by word; it is kept in godoctor's state directory.",
		Do:   "Ask by another way (GOSUMDB, another network), and report it: that is what the database is for.",
		See:  []string{"golang/go#80744"},
	},
})
