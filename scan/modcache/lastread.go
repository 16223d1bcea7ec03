package modcache

import (
	"os"
	"strings"
	"time"
)

// LastRead is when the version was last read, as far as the file system keeps that: the access time of its .ziphash,
// which go reads on every use of the module (modfetch.checkMod) and which godoctor itself reads only to verify. It is
// zero where there is none. It may be much too early: with relatime it changes once a day at most, with noatime
// never, so it can show that a version is used, and not that it is not.
func LastRead(v *Version) time.Time {
	if !v.Parts.Has(HasZiphash) {
		return time.Time{}
	}
	fi, err := os.Lstat(strings.TrimSuffix(v.Zip, ".zip") + ".ziphash")
	if err != nil || !fi.Mode().IsRegular() {
		return time.Time{}
	}
	return accessTime(fi)
}
