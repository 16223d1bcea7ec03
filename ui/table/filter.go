package table

import "strings"

// A Filter says which rows a person's words select. A row is selected when its name contains the words
// as they stand, in capital letters or small ones; where the words hold a |, when it contains one of
// the alternatives.
type Filter struct {
	names []string // lowered once: folding 20,000 names for every key costs more than searching them
	query string   // the words that hit was computed for, lowered
	hit   []bool   // by row
}

// NewFilter returns a filter over the names of rows, by the caller's index. Names are clean: a person
// types what is seen.
func NewFilter(names []string) *Filter {
	f := &Filter{names: make([]string, len(names)), hit: make([]bool, len(names))}
	for i, name := range names {
		f.names[i] = strings.ToLower(name)
		f.hit[i] = true
	}
	return f
}

// Apply returns those of order, nil for all rows, that the words select, in that order: for
// List.SetOrder.
func (f *Filter) Apply(words string, order []int32) []int32 {
	f.search(strings.ToLower(words))
	n := 0
	for _, hit := range f.hit {
		if hit {
			n++
		}
	}
	out := make([]int32, 0, n)
	if order == nil {
		for i, hit := range f.hit {
			if hit {
				out = append(out, int32(i))
			}
		}
		return out
	}
	for _, i := range order {
		if f.hit[i] {
			out = append(out, i)
		}
	}
	return out
}

// Hit says whether the words of the last Apply select row i.
func (f *Filter) Hit(i int) bool { return f.hit[i] }

func (f *Filter) search(query string) {
	if query == f.query {
		return
	}
	// One more letter selects fewer rows: only those of before are searched again.
	narrower := !strings.Contains(query, "|") && !strings.Contains(f.query, "|") && strings.Contains(query, f.query)
	f.query = query
	alternatives := strings.FieldsFunc(query, func(r rune) bool { return r == '|' })
	for i, name := range f.names {
		if narrower && !f.hit[i] {
			continue
		}
		f.hit[i] = len(alternatives) == 0
		for _, a := range alternatives {
			if strings.Contains(name, a) {
				f.hit[i] = true
				break
			}
		}
	}
}
