package state

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/natefinch/atomic"

	"godoctor/scan/regular"
	"godoctor/scan/toolchain"
)

// releasesMax bounds the list of releases that is read, in bytes: there are some 200 of them, of 100 bytes each.
const releasesMax = 1 << 20

// releasesSchema names the form of the file. A file of another form is as good as none.
const releasesSchema = "godoctor/releases/v1"

// releases is the file.
type releases struct {
	Schema   string    `json:"schema"`
	AsOf     time.Time `json:"as_of"`
	From     string    `json:"from"`
	Releases []release `json:"releases"`
}

type release struct {
	Version   string    `json:"version"`
	Platforms int       `json:"platforms"`
	Date      time.Time `json:"date,omitzero"`
}

func (d Dir) releasesFile() string { return filepath.Join(string(d), "releases.json") }

// Releases reads the list of Go releases that was fetched last. It gives nil and the reason if there is nothing
// to use; the reason is os.ErrNotExist where none was ever fetched. How far the list is believed is for
// toolchain.Table.Refreshed to say.
func (d Dir) Releases() (*toolchain.ReleaseList, error) {
	if d == "" {
		return nil, os.ErrNotExist
	}
	b, err := regular.ReadFile(d.releasesFile(), releasesMax)
	if err != nil {
		return nil, err
	}
	var f releases
	if err := json.Unmarshal(b, &f); err != nil {
		return nil, fmt.Errorf("%s: %w", d.releasesFile(), err)
	}
	if f.Schema != releasesSchema || f.AsOf.IsZero() {
		return nil, fmt.Errorf("%s: not a list of releases of this version of godoctor", d.releasesFile())
	}
	list := &toolchain.ReleaseList{AsOf: f.AsOf, From: f.From}
	for _, r := range f.Releases {
		list.Releases = append(list.Releases, toolchain.Seen(r))
	}
	return list, nil
}

// SaveReleases replaces the list. The empty Dir keeps nothing, and that is no error.
func (d Dir) SaveReleases(list *toolchain.ReleaseList) error {
	if d == "" || list == nil {
		return nil
	}
	f := releases{Schema: releasesSchema, AsOf: list.AsOf.UTC(), From: list.From, Releases: []release{}}
	for _, r := range list.Releases {
		r.Date = r.Date.UTC()
		f.Releases = append(f.Releases, release(r))
	}
	b, err := json.MarshalIndent(f, "", "\t")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(string(d), 0o700); err != nil {
		return err
	}
	return atomic.WriteFile(d.releasesFile(), bytes.NewReader(append(b, '\n')))
}
