--- What a call gives, or nil where it fails, as failures do.
return function(value, failure, code)
  assert(value or code == failure.code and failure.message ~= "")
  return value
end
