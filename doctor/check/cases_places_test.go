package check

import "slices"

var placesCases = slices.Concat(cacheCases)

// placesQuoted are what go says where the damage needs another machine.
var placesQuoted = []string{
	// golang/go#26280: docker run --read-only. EROFS from mkdir(2), as with the other two.
	"failed to initialize build cache at …: mkdir …: read-only file system",
}
