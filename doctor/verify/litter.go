package verify

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/mod/module"

	"godoctor/doctor/finding"
	"godoctor/scan/modcache"
	"godoctor/scan/process"
	"godoctor/scan/regular"
)

// Limits of what is read here. The longest lists are those of modules with a pseudo-version a day.
const (
	listMax    = 4 << 20
	vcsInfoMax = 64 << 10
	headMax    = 4 << 10
	freshAge   = time.Minute    // within it somebody may be at work: go writes these files in one go
	restAge    = 24 * time.Hour // doctor/remedy leaves alone what is younger: a finding that nothing mends would be told for a day
)

// Litter says what lies about in a module cache that needs no hashing to be found: what broken-off work left, lists of
// versions and clones of repositories that are damaged. What somebody is at work on is left out. Findings are sorted.
func Litter(ctx context.Context, cache *modcache.Cache) []finding.Finding {
	if cache == nil {
		return nil
	}
	l := &litter{ctx: ctx, root: cache.Root, now: time.Now()}
	l.leftovers(cache.Leftovers)
	l.lists(cache.Versions)
	l.clones()
	finding.Sort(l.found)
	return l.found
}

// litter is one call of Litter.
type litter struct {
	ctx   context.Context
	root  string
	now   time.Time
	found []finding.Finding
}

func (l *litter) tell(id string, at finding.Target, detail string, fixes ...finding.Fix) {
	if len(l.found) < foundMax {
		l.found = append(l.found, more(id, at, detail, fixes...))
	}
}

// fresh reports whether a file was changed so lately that its writer may still be there, or is gone already.
func (l *litter) fresh(path string) bool { return l.within(path, freshAge) }

func (l *litter) within(path string, age time.Duration) bool {
	fi, err := os.Lstat(path)
	return err != nil || l.now.Sub(fi.ModTime()) < age
}

// rest is how long a leftover that is written without a lock has to lie untouched. What godoctor has renamed away it ends itself, at once.
func (l *litter) rest(path string) time.Duration {
	if strings.Contains(filepath.Base(path), "godoctor-") {
		return 0
	}
	return restAge
}

// busy reports whether somebody has the lock, or may be at work on path where that cannot be found out.
func (l *litter) busy(lock, path string) bool {
	held, known := process.Held(lock)
	return held || !known && l.fresh(path)
}

// leftovers are what crashed go commands leave. Of them go itself removes the zips, when it downloads that version
// again, and the directories, when it unpacks it (modfetch.downloadZip, unzip); the rest stays for ever.
func (l *litter) leftovers(items []modcache.Item) {
	for _, item := range items {
		if l.ctx.Err() != nil {
			return
		}
		if modcache.IsKept(item.Path) {
			continue // undo may need it; clean removes it when it has waited long enough
		}
		if lock := lockOf(item.Path); lock != "" && l.busy(lock, item.Path) || lock == "" && l.within(item.Path, l.rest(item.Path)) {
			continue
		}
		l.tell("leftover-tmp", finding.Target{Path: item.Path}, item.What, finding.Fix{
			ID: "remove", Title: "remove it: nobody has the lock of that version", Bytes: item.Size.Disk})
	}
}

// lockOf is the lock of the version that a temporary zip belongs to: v1.0.0.zip123.tmp has v1.0.0.lock. The other
// temporary files are written without one.
func lockOf(path string) string {
	dir, name := filepath.Split(path)
	if i := strings.LastIndex(name, ".zip"); i >= 0 {
		return dir + name[:i] + ".lock"
	}
	return ""
}

// lists looks at the list file of each module: what a GOPROXY made of this cache would say.
func (l *litter) lists(versions []modcache.Version) {
	for len(versions) > 0 && l.ctx.Err() == nil {
		n := 1
		for n < len(versions) && versions[n].Path == versions[0].Path {
			n++
		}
		l.list(&versions[0], slices.ContainsFunc(versions[:n], listed))
		versions = versions[n:]
	}
}

// listed reports whether a version is in the list: those with a go.mod file, unless there is a capital letter in them,
// which go compares with its escaped form.
func listed(v modcache.Version) bool {
	return v.Parts.Has(modcache.HasMod) && v.Version == strings.ToLower(v.Version)
}

// list looks at the list of the module that a version belongs to.
func (l *litter) list(v *modcache.Version, some bool) {
	file := filepath.Join(filepath.Dir(v.Zip), "list")
	data, err := regular.ReadFile(file, listMax)
	why := badList(data)
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, fs.ErrPermission):
		return
	case err != nil:
		why = "it cannot be read: " + err.Error()
	case len(data) == 0 && some:
		why = "it is empty, and there are versions"
	}
	if why == "" || err == nil && l.busy(file, file) { // it is written in place, under a lock of its own
		return
	}
	l.tell("list-damaged", finding.Target{Module: v.Path, Path: file},
		why+"; go itself does not read it, but whoever uses this cache as a GOPROXY does", finding.Fix{
			ID: "remove", Title: "remove it: go writes it again with the next version of the module"})
}

// badList says what is wrong with a list of versions, as modfetch.rewriteVersionList writes it: canonical versions, a
// line each. It makes room for the text first and fills it with zero bytes. Empty it is where no version can be listed.
func badList(data []byte) string {
	switch {
	case len(data) == 0:
		return ""
	case bytes.IndexByte(data, 0) >= 0:
		return "there are zero bytes in it, as after a loss of power"
	case data[len(data)-1] != '\n':
		return "its last line is cut off"
	}
	for i, line := range strings.Split(string(data[:len(data)-1]), "\n") {
		if module.CanonicalVersion(line) != line || line == "" {
			return fmt.Sprintf("line %d is no version", i+1)
		}
	}
	return ""
}

// clones looks at cache/vcs: a directory named by the hash of what it is a clone of, with .info that says so, and
// .lock, which go holds as long as it or git is at work there (modfetch/codehost: WorkDir, newGitRepo).
func (l *litter) clones() {
	dir := filepath.Join(l.root, "cache", "vcs")
	entries, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	for _, e := range entries {
		if l.ctx.Err() != nil {
			return
		}
		if _, err := hex.DecodeString(e.Name()); err != nil || len(e.Name()) != 2*sha256.Size || !e.IsDir() {
			continue
		}
		path := filepath.Join(dir, e.Name())
		if l.busy(path+".lock", path) {
			continue
		}
		if why := badClone(path); why != "" {
			l.tell("vcs-damaged", finding.Target{Path: path}, why, finding.Fix{
				ID: "remove-clone", Title: "remove the directory and its .info: go clones the repository again when it has to"})
		}
	}
}

// badClone says what is wrong with a clone.
func badClone(dir string) string {
	info, err := regular.ReadFile(dir+".info", vcsInfoMax)
	if errors.Is(err, fs.ErrNotExist) {
		return "" // go starts from scratch
	}
	if err != nil {
		return fmt.Sprintf("its .info cannot be read (%v), and go has to know what it is a clone of", err)
	}
	key := strings.TrimSuffix(string(info), "\n")
	if fmt.Sprintf("%x", sha256.Sum256([]byte(key))) != filepath.Base(dir) {
		return fmt.Sprintf("its .info says %q, which is not what its name stands for: go refuses it", key)
	}
	if !strings.HasPrefix(key, "git") {
		return ""
	}
	if _, err := os.Stat(filepath.Join(dir, "objects")); errors.Is(err, fs.ErrNotExist) {
		if _, err := os.Lstat(filepath.Join(dir, "HEAD")); err != nil {
			return "" // git init has not begun, and begins then
		}
		return "it has a HEAD and no objects: go fails once, and clones it again"
	}
	head, err := regular.ReadFile(filepath.Join(dir, "HEAD"), headMax)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "it has no HEAD: git takes it for no repository"
	case err != nil:
		return fmt.Sprintf("its HEAD cannot be read (%v): git takes it for no repository", err)
	case !isHead(head):
		return "its HEAD is damaged: git takes it for no repository"
	}
	for _, name := range gitLocks {
		if _, err := os.Lstat(filepath.Join(dir, name)); err == nil {
			return fmt.Sprintf("git left %q behind, and refuses to work until it is gone", name)
		}
	}
	return ""
}

// gitLocks are what a git that was killed leaves at the top of a clone, as long as it was at work there.
var gitLocks = []string{"shallow.lock", "packed-refs.lock", "HEAD.lock", "config.lock", "FETCH_HEAD.lock", "index.lock"}

// isHead recognises what git wants to see in HEAD: a branch, or a commit.
func isHead(data []byte) bool {
	s := strings.TrimSpace(string(data))
	if strings.HasPrefix(s, "ref:") {
		return strings.HasPrefix(strings.TrimSpace(s[len("ref:"):]), "refs/")
	}
	_, err := hex.DecodeString(s)
	return err == nil && (len(s) == 40 || len(s) == 64)
}
