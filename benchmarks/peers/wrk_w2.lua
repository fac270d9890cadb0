-- W2 in wrk: the body changes with each request, the status is looked at.
local number = 0
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
function request()
  number = number + 1
  return wrk.format(nil, "/messages", nil, string.format('{"number":%d,"text":"hello"}', number))
end
local wrong = 0
function response(status)
  if status ~= 201 then wrong = wrong + 1 end
end
function done(summary)
  io.write(string.format("%d requests\n", summary.requests))
end
