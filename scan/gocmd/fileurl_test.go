package gocmd

import "testing"

// The address of a proxy in a directory is one, whatever the directory is called.
func TestFileURL(t *testing.T) {
	for dir, want := range map[string]string{"/a b": "file:///a%20b", "/a,b|c": "file:///a%2Cb%7Cc", "C:/x": "file:///C:/x", "/a%b": "file:///a%25b"} {
		if got := FileURL(dir); got != want {
			t.Errorf("%s: %s, want %s", dir, got, want)
		}
	}
}
