package check

// layout are the checks of how a project is laid out (C74 to C85).
var layout = []*Check{}
