package sum

import (
	"context"
	"errors"
)

func run(ctx context.Context, jobs []Job, opt Options, done func(*Result)) error {
	return errors.ErrUnsupported
}
