// Only its captured answers are used: hscontrol/policy/v2/testdata.
module tailwright/tests/policy/headscale

go 1.26

require github.com/juanfont/headscale v0.29.2
