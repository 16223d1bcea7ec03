package table

// follow returns the position in next of the item that stood at cursor in prev. Where that is gone it is
// the item nearest to it in prev that remains, the one below first: when a row is removed, the next one moves
// up under the cursor. Where none remains it is the same position, cut to what there is.
//
// prev and next give the key of a position.
func follow[K comparable](cursor, nPrev int, prev func(int) K, nNext int, next func(int) K) int {
	if nPrev == 0 || nNext == 0 {
		return 0
	}
	cursor = max(0, min(cursor, nPrev-1))
	key := prev(cursor)
	// Nearly always the item is there, and often where it was: no map is made for that.
	if cursor < nNext && next(cursor) == key {
		return cursor
	}
	for i := range nNext {
		if next(i) == key {
			return i
		}
	}
	at := make(map[K]int, nNext)
	for i := nNext - 1; i >= 0; i-- {
		at[next(i)] = i
	}
	for d := 1; d < nPrev; d++ {
		if cursor+d < nPrev {
			if i, ok := at[prev(cursor+d)]; ok {
				return i
			}
		}
		if cursor-d >= 0 {
			if i, ok := at[prev(cursor-d)]; ok {
				return i
			}
		}
	}
	return min(cursor, nNext-1)
}
