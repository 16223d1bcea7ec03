package check

var layoutCases = []labCase{}
