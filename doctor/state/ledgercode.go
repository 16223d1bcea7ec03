package state

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"golang.org/x/mod/module"
)

// The file of the ledger:
//
//	"godoctor ledger 1\n"
//	number of module caches, and of each, sorted:
//		its path
//		number of versions, and of each, sorted by path and version:
//			how many bytes of "path@version" are as in the one before, the others
//			flags, Unix seconds, stamp, digest of the claims, hash of the zip, hash of .mod (those of the flags)
//	SHA-256 of everything before
//
// Numbers are uvarints and so are the lengths before strings; hashes are 32 bytes. Whatever is not exactly so is damaged.
const ledgerMagic = "godoctor ledger 1\n"

const ledgerKind = "godoctor ledger "

// The flags of an entry.
const (
	ledgerZip = 1 << iota
	ledgerMod
	ledgerSources
	ledgerFlags // the first that means nothing
)

// Why a file is not used.
var (
	errLedgerDamaged = errors.New("damaged")
	errLedgerVersion = errors.New("of another version of godoctor")
)

// stringMax bounds a path of a module cache, and a module version.
const stringMax = 32 << 10

// encode makes the file.
func (all ledgerRoots) encode() ([]byte, error) {
	b := []byte(ledgerMagic)
	b = binary.AppendUvarint(b, uint64(len(all)))
	for _, root := range slices.Sorted(maps.Keys(all)) {
		list := all[root]
		if len(root) > stringMax {
			return nil, fmt.Errorf("%.100q...: the path is too long", root)
		}
		slices.SortFunc(list, func(a, b Verified) int { return compareVerified(&a, &b) })
		b = binary.AppendUvarint(b, uint64(len(root)))
		b = append(b, root...)
		b = binary.AppendUvarint(b, uint64(len(list)))
		before := ""
		for i := range list {
			var err error
			if b, err = list[i].append(b, before); err != nil {
				return nil, err
			}
			before = key(list[i].Module)
		}
	}
	sum := sha256.Sum256(b)
	return append(b, sum[:]...), nil
}

func key(m module.Version) string { return m.Path + "@" + m.Version }

// append encodes an entry, which follows that of the name before.
func (v *Verified) append(b []byte, before string) ([]byte, error) {
	name, flags := key(v.Module), byte(0)
	if len(name) > stringMax {
		return nil, fmt.Errorf("%.100q...: the name is too long", name)
	}
	same := 0
	for same < min(len(name), len(before)) && name[same] == before[same] {
		same++
	}
	b = binary.AppendUvarint(b, uint64(same))
	b = binary.AppendUvarint(b, uint64(len(name)-same))
	b = append(b, name[same:]...)
	var hashes []byte
	for _, h := range []struct {
		text string
		flag byte
	}{{v.Zip, ledgerZip}, {v.Mod, ledgerMod}} {
		if h.text == "" {
			continue
		}
		raw, err := base64.StdEncoding.Strict().DecodeString(strings.TrimPrefix(h.text, "h1:"))
		if err != nil || len(raw) != sha256.Size || !strings.HasPrefix(h.text, "h1:") {
			return nil, fmt.Errorf("%s: %q is no hash", name, h.text)
		}
		flags |= h.flag
		hashes = append(hashes, raw...)
	}
	if v.Sources {
		flags |= ledgerSources
	}
	b = append(b, flags)
	b = binary.AppendUvarint(b, uint64(max(0, v.At.Unix())))
	b = append(b, v.Stamp[:]...)
	b = append(b, v.Claims[:]...)
	return append(b, hashes...), nil
}

// decodeLedger reads the file.
func decodeLedger(data []byte) (ledgerRoots, error) {
	switch {
	case bytes.HasPrefix(data, []byte(ledgerKind)) && !bytes.HasPrefix(data, []byte(ledgerMagic)):
		return nil, errLedgerVersion
	case len(data) < len(ledgerMagic)+sha256.Size || !bytes.HasPrefix(data, []byte(ledgerMagic)):
		return nil, errLedgerDamaged
	}
	body := data[:len(data)-sha256.Size]
	if sha256.Sum256(body) != [sha256.Size]byte(data[len(body):]) {
		return nil, errLedgerDamaged
	}
	return decodeBody(body[len(ledgerMagic):])
}

// decodeBody reads what the checksum is about.
func decodeBody(body []byte) (ledgerRoots, error) {
	d := &ledgerDecoder{rest: body}
	all, last, total := ledgerRoots{}, "", uint64(0)
	for n := d.number(ledgerEntries); n > 0 && !d.bad; n-- {
		root := string(d.bytes(d.number(stringMax)))
		d.bad = d.bad || root <= last
		count := d.number(ledgerEntries)
		if total += count; total > ledgerEntries {
			return nil, errLedgerDamaged
		}
		var list []Verified
		before := ""
		for ; count > 0 && !d.bad; count-- {
			v, name := d.entry(before)
			if len(list) > 0 && compareVerified(&list[len(list)-1], &v) >= 0 {
				d.bad = true
			}
			list, before = append(list, v), name
		}
		all[root], last = list, root
	}
	if d.bad || len(d.rest) > 0 {
		return nil, errLedgerDamaged
	}
	return all, nil
}

// A ledgerDecoder takes things from the front. Once something is wrong it stays bad.
type ledgerDecoder struct {
	rest []byte
	bad  bool
}

// number takes a number of at most limit.
func (d *ledgerDecoder) number(limit uint64) uint64 {
	n, size := binary.Uvarint(d.rest)
	if size <= 0 || n > limit {
		d.bad, d.rest = true, nil
		return 0
	}
	d.rest = d.rest[size:]
	return n
}

// bytes takes n bytes, or none.
func (d *ledgerDecoder) bytes(n uint64) []byte {
	if n > uint64(len(d.rest)) {
		d.bad, d.rest = true, nil
		return nil
	}
	b := d.rest[:n]
	d.rest = d.rest[n:]
	return b
}

// hash takes a hash.
func (d *ledgerDecoder) hash() (h [sha256.Size]byte) {
	copy(h[:], d.bytes(sha256.Size))
	return h
}

// h1 takes a hash if a flag says that there is one.
func (d *ledgerDecoder) h1(there bool) string {
	if !there {
		return ""
	}
	h := d.hash()
	return "h1:" + base64.StdEncoding.EncodeToString(h[:])
}

// entry takes an entry, which follows that of the name before.
func (d *ledgerDecoder) entry(before string) (v Verified, name string) {
	same := d.number(uint64(len(before)))
	name = before[:same] + string(d.bytes(d.number(stringMax-same)))
	path, version, ok := strings.Cut(name, "@")
	v.Module = module.Version{Path: path, Version: version}
	flag := d.bytes(1)
	if !ok || path == "" || version == "" || len(flag) != 1 || flag[0] >= ledgerFlags {
		d.bad = true
		return v, name
	}
	v.At = time.Unix(int64(d.number(1<<40)), 0).UTC()
	v.Stamp, v.Claims = d.hash(), d.hash()
	v.Zip, v.Mod = d.h1(flag[0]&ledgerZip != 0), d.h1(flag[0]&ledgerMod != 0)
	v.Sources = flag[0]&ledgerSources != 0
	return v, name
}
