package sumdb

import (
	"cmp"
	"context"
	"slices"

	"golang.org/x/mod/sumdb/tlog"
)

// A book tells the true ones among tile files from the others. It is the tlog.TileReader of proofs: what a proof has
// used is true, if its head is.
//
// A tile is true when a signed head is the root of it and others; when its hash stands in a true tile above it; when
// it is the beginning of a wider true one. It is wrong when one of these says otherwise. The remaining ones are
// neither, unless a signed head that nothing else contradicts cannot be made of them.
type book struct {
	ctx    context.Context // ends judge early, without a verdict
	read   func(tlog.Tile) ([]byte, bool)
	asked  []tlog.Tile // by the last proof: the files it read
	gap    bool        // the last proof lacked one
	proved map[tlog.Tile]bool
	bad    map[tlog.Tile]Kind
	forks  []tlog.Tree // heads that true tiles contradict
}

func newBook(read func(tlog.Tile) ([]byte, bool)) *book {
	return &book{ctx: context.Background(), read: read, proved: map[tlog.Tile]bool{}, bad: map[tlog.Tile]Kind{}}
}

// Height is that of the go command's tiles.
func (b *book) Height() int { return tileHeight }

// ReadTiles reads each tile, or the beginning of the full one, as the go command does.
func (b *book) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	b.asked, b.gap = b.asked[:0], false
	data := make([][]byte, len(tiles))
	for i, t := range tiles {
		f := t
		d, ok := b.read(f)
		if !ok {
			f.W = tileWidth
			d, ok = b.read(f)
		}
		if !ok || len(d) < t.W*tlog.HashSize {
			b.gap = true
			return nil, errMissing
		}
		b.asked = append(b.asked, f)
		data[i] = d[:t.W*tlog.HashSize]
	}
	return data, nil
}

// SaveTiles hears which tiles were proved: with a full one in the place of another, only its beginning.
func (b *book) SaveTiles(tiles []tlog.Tile, _ [][]byte) {
	for i, t := range tiles {
		if b.asked[i] == t {
			b.proved[t] = true
		}
	}
}

// judge judges tile files by signed heads.
func (b *book) judge(heads []tlog.Tree, files []tlog.Tile) {
	type failure struct {
		head  tlog.Tree
		tiles []tlog.Tile
	}
	var failures []failure
	for _, h := range heads {
		if b.ctx.Err() != nil {
			return
		}
		if h.N == 0 {
			continue
		}
		if _, err := tlog.TileHashReader(h, b).ReadHashes(nil); err != nil && !b.gap {
			failures = append(failures, failure{h, slices.Clone(b.asked)})
		}
	}
	b.descend(files)
	for _, f := range failures {
		var open []tlog.Tile
		explained := false
		for _, t := range f.tiles {
			if _, bad := b.bad[t]; bad {
				explained = true
			} else if !b.proved[t] {
				open = append(open, t)
			}
		}
		switch {
		case explained:
		case len(open) == 0:
			b.forks = append(b.forks, f.head)
		case len(open) == 1:
			b.bad[open[0]] = NotProved
		default:
			for _, t := range open {
				b.bad[t] = Suspect
			}
		}
	}
}

// descend judges tiles by those above them and by wider ones, from the top of the tree down.
func (b *book) descend(files []tlog.Tile) {
	files = slices.Clone(files)
	slices.SortFunc(files, func(x, y tlog.Tile) int {
		return cmp.Or(cmp.Compare(y.L, x.L), cmp.Compare(x.N, y.N), cmp.Compare(y.W, x.W))
	})
	widths := map[tlog.Tile][]int{} // of the files of a place, which is a tile of no width
	for _, t := range files {
		place := tlog.Tile{H: t.H, L: t.L, N: t.N}
		widths[place] = append(widths[place], t.W)
	}
	for start, end := 0, 0; start < len(files) && b.ctx.Err() == nil; start = end {
		for end = start; end < len(files) && files[end].L == files[start].L && files[end].N == files[start].N; {
			end++
		}
		b.place(files[start:end], widths)
	}
}

// place judges the files of one place, the widest first.
func (b *book) place(files []tlog.Tile, widths map[tlog.Tile][]int) {
	if t := files[0]; t.W == tileWidth && !b.proved[t] {
		if want, ok := b.above(t, widths); ok {
			b.decide(t, func(data []byte) bool { return hashPairs(data) == want })
		}
	}
	i := slices.IndexFunc(files, func(t tlog.Tile) bool { return b.proved[t] })
	if i < 0 {
		return
	}
	truth, ok := b.read(files[i])
	if !ok {
		return
	}
	for _, t := range files {
		n := min(t.W, files[i].W) * tlog.HashSize
		switch data, ok := b.read(t); {
		case !ok || b.proved[t]:
		case string(data[:n]) != string(truth[:n]):
			b.bad[t] = NotProved
		case t.W <= files[i].W:
			b.proved[t] = true
		}
	}
}

// above is the hash of a full tile as a true tile above it has it.
func (b *book) above(t tlog.Tile, widths map[tlog.Tile][]int) (tlog.Hash, bool) {
	up := tlog.Tile{H: t.H, L: t.L + 1, N: t.N / tileWidth}
	for _, w := range widths[up] {
		f := up
		f.W = w
		if at := int(t.N % tileWidth); b.proved[f] && at < w {
			if data, ok := b.read(f); ok {
				return entry(data, at), true
			}
		}
	}
	return tlog.Hash{}, false
}

// decide writes down whether a tile is true.
func (b *book) decide(t tlog.Tile, isTrue func([]byte) bool) {
	data, ok := b.read(t)
	switch {
	case !ok:
	case isTrue(data):
		b.proved[t] = true
	default:
		b.bad[t] = NotProved
	}
}

// entry is one hash of a tile.
func entry(data []byte, at int) (h tlog.Hash) {
	copy(h[:], data[at*tlog.HashSize:])
	return h
}

// hashPairs folds hashes, of which there is a power of two, into one.
func hashPairs(data []byte) tlog.Hash {
	if len(data) == tlog.HashSize {
		return entry(data, 0)
	}
	half := len(data) / 2
	return tlog.NodeHash(hashPairs(data[:half]), hashPairs(data[half:]))
}
