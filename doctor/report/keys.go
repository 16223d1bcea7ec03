package report

// A KeyPlace is where keys of the terminal UI work: a screen, or what takes the keys of all of them.
type KeyPlace struct {
	Name string `json:"name"`
	Keys []Key  `json:"keys"`
}

// A Key is what a key does in one place. Several keys may do the same; the first is the one that the screens show.
type Key struct {
	Keys []string `json:"keys"`
	Does string   `json:"does"`
	When string   `json:"when"` // in which state of the place it works; empty: in every
}

// KeySummary is the summary of keys.
type KeySummary struct {
	Places int `json:"places"`
	Keys   int `json:"keys"` // a key that works in several places counts in each
}
