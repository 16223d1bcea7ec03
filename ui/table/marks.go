package table

import "iter"

// Marks is the set of items that a person marked, by key. The zero Marks is empty and refuses nothing.
type Marks[K comparable] struct {
	// Refuse says why an item cannot be marked, "" where it can: what is in use is kept, and the status
	// line says so. Nil refuses nothing.
	Refuse func(K) string

	set    map[K]struct{}
	anchor K
	ranged bool // anchor is set
}

// Has says whether the item is marked.
func (m *Marks[K]) Has(key K) bool {
	_, ok := m.set[key]
	return ok
}

// Count returns the number of marked items.
func (m *Marks[K]) Count() int { return len(m.set) }

// Toggle marks the item or takes its mark away, and returns why it was refused, "" where it was not.
// A mark can always be taken away.
func (m *Marks[K]) Toggle(key K) string {
	if m.Has(key) {
		delete(m.set, key)
		return ""
	}
	return m.add(key)
}

func (m *Marks[K]) add(key K) string {
	if m.Refuse != nil {
		if why := m.Refuse(key); why != "" {
			return why
		}
	}
	if m.set == nil {
		m.set = map[K]struct{}{}
	}
	m.set[key] = struct{}{}
	return ""
}

// Add marks items, as List.All gives them, and counts those that were new and those that were refused.
func (m *Marks[K]) Add(keys iter.Seq[K]) (added, refused int) {
	for key := range keys {
		switch {
		case m.Has(key):
		case m.add(key) != "":
			refused++
		default:
			added++
		}
	}
	return added, refused
}

// Range is the key V: pressed first it remembers the item, pressed again it marks all from that item
// to key. between is List.Between or Tree.Between. Where the first item is shown no more, the range
// begins anew at key. done says whether a range was marked.
func (m *Marks[K]) Range(key K, between func(a, b K) iter.Seq[K]) (added, refused int, done bool) {
	if m.ranged {
		for range between(m.anchor, key) {
			done = true
			break
		}
	}
	if !done {
		m.anchor, m.ranged = key, true
		return 0, 0, false
	}
	added, refused = m.Add(between(m.anchor, key))
	m.ranged = false
	return added, refused, true
}

// Anchor returns where a range began that has no end yet.
func (m *Marks[K]) Anchor() (K, bool) { return m.anchor, m.ranged }

// Cancel forgets where a range began.
func (m *Marks[K]) Cancel() { m.ranged = false }

// Clear takes all marks away.
func (m *Marks[K]) Clear() {
	clear(m.set)
	m.ranged = false
}

// Keep takes the marks of all items away for which keep is false: of those that a rescan did not find,
// or that came into use.
func (m *Marks[K]) Keep(keep func(K) bool) {
	for key := range m.set {
		if !keep(key) {
			delete(m.set, key)
		}
	}
	if m.ranged && !keep(m.anchor) {
		m.ranged = false
	}
}

// All returns the marked items, in no order.
func (m *Marks[K]) All() iter.Seq[K] {
	return func(yield func(K) bool) {
		for key := range m.set {
			if !yield(key) {
				return
			}
		}
	}
}
