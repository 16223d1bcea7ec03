//go:build !windows && (!unix || aix || solaris || illumos)

package remedy

import (
	"errors"
	"os"
)

// tryLock has no lock that the go command would honour.
func tryLock(*os.File) error { return errors.ErrUnsupported }
