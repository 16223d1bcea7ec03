package check

// integrity are the checks of hashes, go.sum and what is in the module cache (C01 to C24).
var integrity = []*Check{}
