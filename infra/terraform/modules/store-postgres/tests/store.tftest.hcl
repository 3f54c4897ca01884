run "a_secret_holds_the_whole_url" {
  command = plan
  variables {
    secret = { name = "postgres", key = "url" }
  }
  assert {
    condition     = output.store.secret.name == "postgres" && output.store.url == null && length(output.store.secrets) == 0
    error_message = jsonencode(output.store)
  }
}

run "a_server_and_a_secret_password" {
  command = plan
  variables {
    server   = { host = "db.example", user = "red thread", database = "shop", schema = "thread", connections = 4 }
    password = { name = "postgres", key = "password" }
  }
  assert {
    condition     = output.store.url == "postgres://red%20thread@db.example:5432/shop?sslmode=verify-full&pool_max_conns=4&search_path=thread"
    error_message = output.store.url
  }
  assert {
    condition     = output.store.secrets.PGPASSWORD.key == "password"
    error_message = jsonencode(output.store)
  }
}

run "neither" {
  command         = plan
  expect_failures = [var.server]
}

run "both" {
  command = plan
  variables {
    secret = { name = "postgres", key = "url" }
    server = { host = "db.example", user = "redthread", database = "shop" }
  }
  expect_failures = [var.server]
}

run "a_password_without_its_user" {
  command = plan
  variables {
    secret   = { name = "postgres", key = "url" }
    password = { name = "postgres", key = "password" }
  }
  expect_failures = [var.password]
}

run "an_unknown_sslmode" {
  command = plan
  variables {
    server = { host = "db.example", user = "redthread", database = "shop", sslmode = "some" }
  }
  expect_failures = [var.server]
}
