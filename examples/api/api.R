# api.R - the API of `pitboard serve` from R: httr2 and jsonlite.
#
#     PITBOARD_URL=http://127.0.0.1:8080 PITBOARD_KEY=... Rscript api.R
library(httr2)

url <- Sys.getenv("PITBOARD_URL", "http://127.0.0.1:8080")
key <- Sys.getenv("PITBOARD_KEY")

# One question; a problem (RFC 9457) becomes an error with its pointer and what to do.
ask <- function(path, body = NULL, ...) {
  request <- request(url) |>
    req_url_path_append(path) |>
    req_url_query(...) |>
    req_retry(max_tries = 3, is_transient = \(answer) resp_status(answer) %in% c(429, 503)) |>
    req_error(body = \(answer) {
      problem <- resp_body_json(answer, check_type = FALSE)
      c(problem$pointer, problem$detail, paste("request", problem$id))
    })
  if (nzchar(key)) request <- req_headers(request, "x-api-key" = key)
  if (!is.null(body)) request <- req_body_json(request, body)
  req_perform(request) |> resp_body_json(simplifyVector = TRUE, check_type = FALSE)
}

# All of a list, page by page, as a data frame.
items <- function(path, ...) {
  page <- ask(path, ...)
  rows <- page$items
  while (!is.null(page$`next`)) {
    page <- ask(path, ..., cursor = page$`next`)
    rows <- rbind(rows, page$items)
  }
  rows
}

stints <- items("api/v1/races/2023-07/stints", driver = "VER")
print(stints[c("driver", "from_lap", "to_lap", "compound")])

simulated <- ask("api/v1/simulations", list(race = "2023-07", trials = 5000, seed = 1))
cars <- simulated$cars[order(-simulated$cars$p_win), ]
print(head(cars[c("car", "p_win", "p_podium", "expected_points")], 3), row.names = FALSE)

call <- ask("api/v1/recommendations", list(
  circuit = "monza", lap = 20, driver = "LEC", position = 3,
  compound = "MEDIUM", tyre_age = 19, gap_ahead_s = 1.4, gap_behind_s = 3.2
))
cat(call$actions$action[1], call$actions$radio[1], "\n")

print(items("api/v1/sessions")[c("id", "state")], row.names = FALSE)
