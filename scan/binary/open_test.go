package binary

import (
	"bytes"
	"strings"
	"testing"
)

// TestModules: an open program tells the modules that it was built with, and nothing else tells any.
func TestModules(t *testing.T) {
	p := build(t)
	list, err := Modules(bytes.NewReader(p.tool), int64(len(p.tool)))
	if err != nil || len(list) != 2 || list[0] != (Dep{Path: "example.com/tool", Version: "v1.0.0", Sum: p.toolSum}) || list[1].Path != "example.com/dep" {
		t.Errorf("%+v, %v", list, err)
	}
	for _, text := range []string{"", "#!/bin/sh\n", "\x7fELF", "\x7fELF\x02\x01\x04\x00\x00\x00Go\x00\x00", strings.Repeat("\xff Go build ID: \"", 99), string(p.tool[:40<<10])} {
		if list, err := Modules(strings.NewReader(text), int64(len(text))); err == nil {
			t.Errorf("%.20q: %+v", text, list)
		}
	}
	if _, err := Modules(bytes.NewReader(p.tool[:99]), int64(len(p.tool))); err == nil {
		t.Error("a file that ends early")
	}
}
