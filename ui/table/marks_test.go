package table

import (
	"slices"
	"strings"
	"testing"
)

func TestMarks(t *testing.T) {
	l := newList("a", "b", "used", "c", "d")
	m := &Marks[string]{Refuse: func(k string) string {
		if k == "used" {
			return "in use by 2 projects"
		}
		return ""
	}}
	marked := func() string { return strings.Join(slices.Sorted(m.All()), " ") }

	if why := m.Toggle("used"); why != "in use by 2 projects" || m.Count() != 0 {
		t.Errorf("Toggle of a used one: %q", why)
	}
	if m.Toggle("a") != "" || !m.Has("a") || m.Toggle("a") != "" || m.Has("a") {
		t.Error("Toggle")
	}
	if _, _, done := m.Range("d", l.Between); done {
		t.Error("the first V marks")
	}
	if k, ok := m.Anchor(); !ok || k != "d" {
		t.Error("Anchor")
	}
	if added, refused, done := m.Range("b", l.Between); added != 3 || refused != 1 || !done || marked() != "b c d" {
		t.Errorf("Range: %d added, %d refused, marked %q", added, refused, marked())
	}
	if added, refused := m.Add(l.All()); added != 1 || refused != 1 || m.Count() != 4 {
		t.Errorf("Add all: %d added, %d refused", added, refused)
	}

	m.Range("a", l.Between)
	l.SetOrder([]int32{1, 3})
	if _, _, done := m.Range("c", l.Between); done {
		t.Error("a range from a row that is filtered away")
	}
	if k, _ := m.Anchor(); k != "c" {
		t.Errorf("the range begins anew at %q", k)
	}
	m.Cancel()
	if _, ok := m.Anchor(); ok {
		t.Error("Cancel")
	}

	m.Range("a", l.Between)
	m.Keep(func(k string) bool { return k > "a" })
	if _, ok := m.Anchor(); ok || marked() != "b c d" {
		t.Errorf("Keep: %q", marked())
	}
	m.Clear()
	if m.Count() != 0 {
		t.Error("Clear")
	}
	var zero Marks[int64]
	if zero.Toggle(7) != "" || zero.Count() != 1 {
		t.Error("the zero Marks")
	}
}
