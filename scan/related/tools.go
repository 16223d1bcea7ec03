package related

import "path/filepath"

// The caches of tools, each at the place that the tool itself computes.

// findGopls: gopls internal/filecache. GOPLSCACHE stands for the directory itself.
func findGopls(m *Machine) []Root {
	return m.tool("gopls", "gopls", "GOPLSCACHE", isGoplsCache)
}

// findStaticcheck: honnef.co/go/tools lintcmd/cache, a copy of go's own cache.
func findStaticcheck(m *Machine) []Root {
	return m.tool("staticcheck", "staticcheck", "STATICCHECK_CACHE", isBuildCache)
}

// findGolangciLint: golangci-lint internal/go/cache, likewise a copy.
func findGolangciLint(m *Machine) []Root {
	return m.tool("golangci-lint", "golangci-lint", "GOLANGCI_LINT_CACHE", isBuildCache)
}

// tool finds the cache of a tool at its own name in the user's cache directory, and where a variable moved
// it, if what is there looks like one: a variable may name any directory.
func (m *Machine) tool(tool, name, variable string, is func(string) (bool, error)) []Root {
	moved := recognised(is, []Root{{Path: m.getenv(variable), What: "cache of " + tool + ", which " + variable + " names"}})
	return append(moved, Root{Path: join(m.cacheDir(), name), What: "cache of " + tool})
}

// findGoimports: golang.org/x/tools internal/modindex.
func findGoimports(m *Machine) []Root {
	return []Root{{Path: join(m.cacheDir(), "goimports"), What: "index of the module cache, of gopls and goimports"}}
}

// findTinygo: tinygo goenv, which calls it GOCACHE and does not listen to that variable.
func findTinygo(m *Machine) []Root {
	return []Root{{Path: join(m.cacheDir(), "tinygo"), What: "cache of TinyGo"}}
}

// findTelemetry: golang.org/x/telemetry, the directory beside the GOENV file.
func findTelemetry(m *Machine) []Root {
	return []Root{{Path: m.value("GOTELEMETRYDIR"), What: "telemetry of the Go toolchain", look: []string{"local", "upload"}}}
}

// findSumdb: cmd/go/internal/modfetch, the tree heads that go has seen of each checksum database.
func findSumdb(m *Machine) []Root {
	var list []Root
	for _, p := range m.gopaths() {
		list = append(list, Root{Path: filepath.Join(p, "pkg", "sumdb"), What: "tree heads of checksum databases"})
	}
	return list
}
