package style

import "runtime"

// windows terminals have colours without saying so in TERM.
const windows = runtime.GOOS == "windows"
