package check

var sourcesModified = verified("sources-modified", Check{
	Cost:   Walk,
	Covers: []string{"C11", "C12", "C13"},
	Says: []string{
		"dir has been modified (…)",
		"no non-test Go files in …",
	},
	Help: Help{
		Why: "Files in the extracted directory of a module are not those of its zip: somebody edited one while looking for a fault, a program " +
			"that cleans up removed some by age, a virus scanner took one. go compiles what lies there and compares no hash; a file " +
			"that was added is not seen at all, because go keeps an index of the directory.",
		Look: "godoctor verify --diff MODULE@VERSION shows the files and what changed. Without hashing only names and sizes are compared.",
		Do: "Save the change as a patch if you want it, then godoctor repair: the directory is unpacked again from the zip, offline. To " +
			"work on a dependency use replace or a go.work file.",
		See: []string{"golang/go#37242", "golang/go#31974", "golang/go#27952"},
	},
	Run: glanced,
})

var crashDamage = verified("crash-damage", Check{
	Cost:   Walk,
	Covers: []string{"C13"},
	Says:   []string{"expected 'package', found 'EOF'"},
	Help: Help{
		Why: "Files of a module have no content: the machine lost power while go unpacked it. The names were on the disk already and the " +
			"content was not. Nobody has changed anything; .ziphash is intact, so go never looks again.",
		Look: "find DIRECTORY -size 0 -name '*.go'.",
		Do:   "godoctor repair unpacks it again from the zip, or fetches it where the zip suffered too.",
		See:  []string{"golang/go#36568"},
	},
	Run: glanced,
})

var oddEntry = verified("odd-entry", Check{
	Cost: Walk,
	Help: Help{
		Why: "A link, a named pipe, a device or a socket lies where the go command writes only files and directories. go mod verify waits for " +
			"ever on a pipe; a link leads a build to files that nobody has a hash of.",
		Look: "find $(go env GOMODCACHE) ! -type f ! -type d.",
		Do:   "godoctor repair unpacks the directory again.",
		See:  []string{"https://go.dev/ref/mod#zip-files"},
	},
	Run: glanced,
})

var indexPoisoned = verified("index-poisoned", Check{
	Cost:   Walk,
	Covers: []string{"C14"},
	Says:   []string{"no non-test Go files in …"},
	Help: Help{
		Why: "go keeps an index of each module directory in the build cache, by the name of the directory and its own version. One that was made " +
			"while the directory was damaged outlives the repair: the directory is complete, go mod verify is content, and the " +
			"build still fails.",
		Look: "The build works with GODEBUG=goindex=0.",
		Do:   "godoctor repair drops that one entry. go clean -cache drops everything.",
		See:  []string{"golang/go#69179"},
	},
	Run: indexed,
})

var permissionDenied = verified("permission", Check{
	Covers: []string{"C29"},
	Help: Help{
		Why: "An entry of the module cache can be neither read nor replaced by this user: it belongs to root since somebody ran sudo go, or its mode " +
			"is 000. go hides that behind other words: no such module, package is not in std.",
		Look: "ls -l on the path.",
		Do:   "The one chown or chmod that the finding names.",
		See:  []string{"golang/go#38127"},
	},
})

var changedWhileRead = verified("changed-while-read", Check{
	Help: Help{
		Why:  "Somebody was at work on the version while it was hashed: a go command, or a synchronising program. Nothing is said of it.",
		Look: "Run it again when nobody works.",
		Do:   "Run it again.",
	},
})

var vendorModified = verified("vendor-modified", Check{
	Covers: []string{"C79"},
	Help: Help{
		Why: "A file below vendor is not the one in the zip of its module: somebody edited it. go builds what lies there; go mod verify " +
			"does not look at it.",
		Look: "godoctor verify --vendor --project DIR.",
		Do:   "go mod vendor puts it back. To keep the change, replace the module.",
		See:  []string{"golang/go#27348"},
	},
})
