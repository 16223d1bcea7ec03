package check

import "slices"

var placesCases = slices.Concat(cacheCases, ownerCases, halfCases)

// placesQuoted are what go says where the damage needs another machine.
var placesQuoted = []string{
	// golang/go#26280: docker run --read-only. EROFS from mkdir(2), as with the other two.
	"failed to initialize build cache at …: mkdir …: read-only file system",
	// Directories of another user in one's own cache: TestCleanStops hears it as root.
	"unlinkat …: permission denied",
	// TestTarOverACache hears it; GNU tar. The other is that of older ones and of bsdtar: actions/setup-go#424.
	"tar: …: Cannot open: File exists",
	"tar: …: Cannot unlink: Permission denied",
}
