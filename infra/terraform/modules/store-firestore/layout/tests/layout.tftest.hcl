run "two_indexes_and_five_exemptions_a_collection" {
  command = plan
  variables {
    prefix      = "shop-"
    collections = ["threads", "journal"]
  }
  assert {
    condition     = toset(keys(output.indexes)) == toset(["journal-down", "journal-up", "threads-down", "threads-up"]) && length(output.fields) == 10
    error_message = jsonencode(output.indexes)
  }
  assert {
    condition = jsonencode(output.indexes["threads-down"]) == jsonencode({ collection = "shop-threads", fields = [
      { path = "part", order = "ASCENDING" }, { path = "sort", order = "DESCENDING" }, { path = "id", order = "DESCENDING" },
    ] })
    error_message = jsonencode(output.indexes["threads-down"])
  }
  assert {
    condition     = toset([for name, f in output.fields : name if f.ttl]) == toset(["journal-expires", "threads-expires"])
    error_message = jsonencode(output.fields)
  }
}
