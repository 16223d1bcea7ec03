package sumdb

import (
	"context"
	"errors"
	"runtime"
	"slices"

	"golang.org/x/mod/module"

	"godoctor/scan/meter"
	"godoctor/scan/tree"
)

// askers is how many lookups are under way at a time where the network is used: it is one server that is asked.
const askers = 8

// LookupAll looks many versions up at once and gives the results in the order of the versions. What comes out does
// not hang on which lookup was faster: after an ErrSecurity no version has a record, also those that were proved
// before it. The meter counts the versions.
func (db *DB) LookupAll(ctx context.Context, versions []module.Version, m *meter.Meter) []Result {
	results, heads := make([]Result, len(versions)), make([]Head, len(versions))
	workers := runtime.GOMAXPROCS(0)
	if db.remote != nil {
		workers = askers
	}
	m.Expect(int64(len(versions)))
	turns := tree.Turns(context.Background(), len(versions)) // each has a result, whatever came meanwhile
	tree.Together(min(workers, len(versions)), func(int) {
		for i := range turns {
			if ctx.Err() != nil {
				results[i] = Result{Module: versions[i], Err: db.name(&Error{Kind: ErrStopped, Err: context.Cause(ctx)}, versions[i])}
				continue
			}
			m.Working(versions[i].String())
			results[i], heads[i] = db.result(ctx, versions[i])
			m.Done(1)
		}
	})
	db.settle(results, heads)
	return results
}

func (db *DB) result(ctx context.Context, m module.Version) (Result, Head) {
	r, head, e := db.lookup(ctx, m)
	if e != nil {
		return Result{Module: m, Err: e}, head
	}
	return Result{Module: m, Record: r}, head
}

// settle compares the heads that were seen in their order, and takes all back if something showed that the database
// is not to be believed.
func (db *DB) settle(results []Result, heads []Head) {
	slices.SortFunc(heads, byHead)
	for _, h := range slices.CompactFunc(heads, func(a, b Head) bool { return byHead(a, b) == 0 }) {
		db.compare(h)
	}
	if db.Distrust() == nil {
		return
	}
	for i, r := range results {
		if !errors.Is(r.Err, ErrVersion) && !errors.Is(r.Err, ErrPrivate) {
			results[i] = Result{Module: r.Module, Err: db.distrusted(r.Module)}
		}
	}
}
