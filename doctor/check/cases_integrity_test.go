package check

var integrityCases = []labCase{}
