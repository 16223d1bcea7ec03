package usage

import (
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/module"

	"godoctor/scan/modcache"
	"godoctor/scan/regular"
)

// lookupMax bounds a record of a checksum database that is read; real ones have some hundred bytes.
const lookupMax = 64 << 10

// databases are the directories of the checksum databases that the module cache has records of
// (modfetch/sumdb.go: cache/download/sumdb/NAME/lookup).
func databases(modCache string) []string {
	dir := filepath.Join(modCache, "cache", "download", "sumdb")
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil
	}
	var out []string
	for _, e := range entries {
		if e.IsDir() {
			out = append(out, filepath.Join(dir, e.Name(), "lookup"))
		}
	}
	return out
}

// inDatabase reports whether a record of a checksum database in the cache names the hash of a version's zip. The record's
// signature is not checked here: it says that the database has the version, which is what getting it back needs.
func (l *look) inDatabase(v *modcache.Version) bool {
	path, err := module.EscapePath(v.Path)
	if err != nil {
		return false
	}
	version, err := module.EscapeVersion(v.Version)
	if err != nil {
		return false
	}
	for _, dir := range l.dbs {
		data, err := regular.ReadFile(filepath.Join(dir, filepath.FromSlash(path)+"@"+version), lookupMax)
		if err == nil && strings.Contains(string(data), "\n"+v.Path+" "+v.Version+" h1:") {
			return true
		}
	}
	return false
}
