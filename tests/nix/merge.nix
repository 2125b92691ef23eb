# The attribute set in `file` over the one in `own`, by the library in the folder or file `lib`.
{
  lib,
  own,
  file,
}:
(import (/. + lib)).recursiveUpdate (import (/. + own)) (import (/. + file))
