package tui

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"godoctor/doctor/scanfile"
)

// planted is what whoever sends a saved scan may put into any of its texts: a link, which terminals show as the text in it.
const planted = "\x1b]8;;evil\x07X"

// plant puts it into every text of a saved scan that may be anything; or leaves the names of stores as they are.
func plant(t *testing.T, file []byte, stores bool) []byte {
	t.Helper()
	add, err := json.Marshal(planted)
	if err != nil {
		t.Fatal(err)
	}
	add = add[1 : len(add)-1]
	texts := regexp.MustCompile(`"(?:[^"\\]|\\.)*"`).FindAllIndex(file, -1)
	n := 0
	for i := len(texts) - 1; i >= 0; i-- { // from the end: what is before stays where it is
		at := texts[i][1] - 1
		if file[at+1] == ':' {
			continue // the name of a field
		}
		if stores && storeTitles[string(file[texts[i][0]+1:at])] != "" {
			continue
		}
		with := append(append(append([]byte{}, file[:at]...), add...), file[at:]...)
		if _, err := scanfile.Decode(bytes.NewReader(with)); err == nil {
			file, n = with, n+1
		}
	}
	if n < 100 {
		t.Fatalf("only %d texts may be anything", n)
	}
	return file
}

// everyText are keys that show what there is to read, for any screen.
var everyText = strings.Fields("esc j E esc e esc w esc K esc ? esc : esc m m m j enter esc G enter G esc x esc f f s n V a P c esc t esc H esc d C esc")

// TestSavedWords: no text of a saved scan gets to the terminal as it is, not even where godoctor itself only ever writes one of
// a few words.
func TestSavedWords(t *testing.T) {
	text := savedScan(t)
	for n, file := range [][]byte{plant(t, text, false), plant(t, text, true)} { // names that are known lead to what others do not
		f, err := scanfile.Decode(bytes.NewReader(file))
		if err != nil {
			t.Fatal(err)
		}
		r, told := showSaved(t, f), make(map[string]bool)
		for _, size := range [][2]int{{80, 24}, {200, 60}} {
			r.resize(size[0], size[1])
			for i := range screens {
				for _, k := range everyText {
					r.goTo(i)
					press(r, k)
					before, _, dirty := strings.Cut(r.View().Content, planted[:4])
					if where := before[max(len(before)-30, 0):]; dirty && !told[where] {
						told[where] = true
						t.Errorf("file %d, %s at %dx%d after %s: ...%q", n, screens[i].name, size[0], size[1], k, where)
					}
				}
			}
		}
	}
}
