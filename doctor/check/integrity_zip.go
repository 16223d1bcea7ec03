package check

var zipDamaged = verified("zip-damaged", Check{
	Cost:   Walk,
	Covers: []string{"C04", "C15"},
	Says: []string{
		"zip: not a valid zip file",
		"h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
	},
	Help: Help{
		Why: "The zip of a module version in the module cache is truncated, empty, or has no files. As long as the extracted directory stands " +
			"builds go on; afterwards go cannot unpack it. The hash that begins with 47DEQpj8 is that of nothing: a proxy gave " +
			"an archive without files.",
		Look: "godoctor verify MODULE@VERSION, or unzip -l on the file.",
		Do: "godoctor repair fetches it again and compares it before go sees it. The hash of nothing must not stand in go.sum: take " +
			"the line out.",
		See: []string{"golang/go#36035", "cespare/xxhash#62"},
	},
	Run: glanced,
})

var zipMismatch = verified("zip-mismatch", Check{
	Covers: []string{"C03", "C06"},
	Says:   []string{"zip has been modified (…)"},
	Help: Help{
		Why: "The zip is well-formed and has another hash than go.sum and the checksum database say: tampering, a bad proxy, a restored CI " +
			"cache. go mod verify says verified where .ziphash was changed with it.",
		Look: "godoctor verify MODULE@VERSION.",
		Do:   "godoctor repair moves it aside as evidence and fetches the version again. Find out who can write there.",
		See:  []string{"gomods/athens#2145"},
	},
})

var ziphashWrong = verified("ziphash-wrong", Check{
	Covers: []string{"C02"},
	Help: Help{
		Why: "The zip is right and the .ziphash file beside it is not. go compares the text of .ziphash with go.sum, and stops with a " +
			"SECURITY ERROR although nothing was downloaded.",
		Look: "godoctor verify MODULE@VERSION.",
		Do:   "Remove .ziphash alone: go makes it again from the zip. godoctor repair does that, under go's lock.",
		See:  []string{"https://go.dev/ref/mod#module-cache"},
	},
})

var ziphashMissing = verified("ziphash-missing", Check{
	Cost:   Walk,
	Covers: []string{"C16"},
	Says:   []string{"missing ziphash: open …"},
	Help: Help{
		Why: "The extracted directory is there and .ziphash is not: go takes the version for incomplete. With the zip it unpacks it again; " +
			"without, it downloads, which fails offline. Programs that clean up disks and remove cache/ alone leave this.",
		Look: "ls $(go env GOMODCACHE)/cache/download/MODULE/@v.",
		Do:   "godoctor repair, offline where the zip is there.",
		See:  []string{"golang/go#54372"},
	},
	Run: glanced,
})

var modMismatch = verified("mod-mismatch", Check{
	Cost:   Walk,
	Covers: []string{"C08"},
	Says:   []string{"verifying …/go.mod: checksum mismatch"},
	Help: Help{
		Why: "The go.mod file of a dependency in the module cache (cache/download/MODULE/@v/VERSION.mod) is not the one that go.sum names: " +
			"edited, damaged, or the /go.mod line of go.sum is wrong. go reads it for every command and never fetches it again.",
		Look: "godoctor verify MODULE@VERSION compares it with the one in the zip as well.",
		Do:   "godoctor repair fetches .mod again; or the line of go.sum has to be mended.",
		See:  []string{"https://go.dev/ref/mod#go-sum-files"},
	},
	Run: glanced,
})

var infoDamaged = verified("info-damaged", Check{
	Cost:   Walk,
	Covers: []string{"C73"},
	Help: Help{
		Why: "The .info file of a version holds its name and time. Builds do not read it; go get, go list -m -json and go mod download do, " +
			"and fail or ask the network when it is damaged.",
		Look: "cat $(go env GOMODCACHE)/cache/download/MODULE/@v/VERSION.info.",
		Do:   "godoctor repair fetches it again.",
		See:  []string{"https://go.dev/ref/mod#goproxy-protocol"},
	},
	Run: glanced,
})

var partialDownload = verified("partial-download", Check{
	Cost:   Walk,
	Covers: []string{"C17", "C30"},
	Help: Help{
		Why: "go was killed while it unpacked a version: .partial lies beside the zip, and nobody holds the lock. go does not use the " +
			"directory, and unpacks it again when a build needs it.",
		Look: "find $(go env GOMODCACHE)/cache/download -name '*.partial'.",
		Do:   "Nothing has to be done; godoctor repair finishes it now.",
		See:  []string{"golang/go#29548"},
	},
	Run: glanced,
})
