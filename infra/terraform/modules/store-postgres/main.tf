locals {
  query = var.server == null ? "" : join("&", compact([
    "sslmode=${var.server.sslmode}",
    "pool_max_conns=${var.server.connections}",
    var.server.schema == null ? "" : "search_path=${urlencode(var.server.schema)}",
  ]))
  url = var.server == null ? null : "postgres://${urlencode(var.server.user)}@${var.server.host}:${var.server.port}/${urlencode(var.server.database)}?${local.query}"
}
