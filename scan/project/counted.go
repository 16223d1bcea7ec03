package project

import "slices"

// A counted holds the first things in order of path, and how many there are.
type counted[T any] struct {
	limit int
	n     int64
	paths []string
	list  []T
}

func (c *counted[T]) add(path string, thing T) {
	c.n++
	i, _ := slices.BinarySearch(c.paths, path)
	if i >= c.limit {
		return
	}
	if len(c.list) == c.limit {
		c.paths, c.list = c.paths[:c.limit-1], c.list[:c.limit-1]
	}
	c.paths, c.list = slices.Insert(c.paths, i, path), slices.Insert(c.list, i, thing)
}
