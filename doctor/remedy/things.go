package remedy

import (
	"errors"

	"godoctor/doctor/plan"
)

// thing removes what is no module version.
func (b *removal) thing(i int, it *plan.Item) {
	b.fail(i, errors.New("it is not known how to remove this"))
}

// dropEntry removes one entry of the build cache by its name below it, "0a/HASH-a".
func (r *Remover) dropEntry(name string) {}
