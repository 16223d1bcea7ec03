package check

import "slices"

var placesCases = slices.Concat(cacheCases, ownerCases, halfCases, diskCases, lockCases, trimCases)

// placesQuoted are what go says where the damage needs another machine.
var placesQuoted = []string{
	// golang/go#26280: docker run --read-only. EROFS from mkdir(2), as with the other two.
	"failed to initialize build cache at …: mkdir …: read-only file system",
	// golang/go#60076. By hand: GOTMPDIR on a full tmpfs says the first and the like, GOCACHE there the last; the second is
	// EDQUOT, the third ERROR_DISK_FULL of Windows.
	"…: no space left on device",
	"…: disk quota exceeded",
	"There is not enough space on the disk",
	"package … is not in std",
	// golang/go#49894, golang/go#37461, cilium/cilium#16551: file systems without locks.
	"RLock …: no locks available",
	"Lock …: no locks available",
	"RLock …: function not implemented",
	"Lock …: function not implemented",
	// TestGocacheprogEnds hears it.
	"GOCACHEPROG exited pre-Close with … pending requests",
	// TestRemovedUnderBuild hears both, of compiler and linker alone: golang/go#31948.
	"could not import … (open …-d: no such file or directory)",
	"link: cannot open file …: open …-d: no such file or directory",
	// By hand: GOTMPDIR on a tmpfs that is mounted noexec, go run.
	"fork/exec …go-build…: permission denied",
	// Directories of another user in one's own cache: TestCleanStops hears it as root.
	"unlinkat …: permission denied",
	// TestTarOverACache hears it; GNU tar. The other is that of older ones and of bsdtar: actions/setup-go#424.
	"tar: …: Cannot open: File exists",
	"tar: …: Cannot unlink: Permission denied",
}
