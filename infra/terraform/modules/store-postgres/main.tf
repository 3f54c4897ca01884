locals {
  # A space is %20 in every part of a URL; urlencode's plus is one in its query only.
  said = { for name, text in { user = try(var.server.user, ""), database = try(var.server.database, ""), schema = try(var.server.schema, "") } :
  name => replace(urlencode(coalesce(text, "-")), "+", "%20") }

  query = var.server == null ? "" : join("&", compact([
    "sslmode=${var.server.sslmode}",
    "pool_max_conns=${var.server.connections}",
    var.server.schema == null ? "" : "search_path=${local.said.schema}",
  ]))
  url = var.server == null ? null : "postgres://${local.said.user}@${var.server.host}:${var.server.port}/${local.said.database}?${local.query}"
}
