package check

var elsewhereCases = []labCase{}
