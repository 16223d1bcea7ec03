package modcache

// Merge gives a picture of a cache that is being scanned again: the versions that the new scan has
// finished as it found them, the others as they were, and the stores as they were until the new scan
// has ended. Then the new picture stands alone and there is nothing to merge.
func Merge(old, fresh *Cache) *Cache {
	c := *old
	c.Exact, c.Done = false, false
	c.Versions = make([]Version, 0, max(len(old.Versions), len(fresh.Versions)))
	a, b := old.Versions, fresh.Versions
	for len(a) > 0 || len(b) > 0 {
		switch order := compare(a, b); {
		case order < 0:
			c.Versions, a = append(c.Versions, a[0]), a[1:]
		case order > 0:
			c.Versions, b = append(c.Versions, b[0]), b[1:]
		default:
			v := a[0]
			// Parts are found at different times: only a version whose directory was read is told anew.
			if b[0].Done && b[0].Parts == v.Parts {
				v = b[0]
			}
			c.Versions, a, b = append(c.Versions, v), a[1:], b[1:]
		}
	}
	return &c
}

// compare orders the first of two sorted lists; an empty list comes last.
func compare(a, b []Version) int {
	switch {
	case len(a) == 0:
		return 1
	case len(b) == 0:
		return -1
	}
	return compareVersions(a[0].Path, a[0].Version, b[0].Path, b[0].Version)
}
