mock_provider "kubectl" {}

mock_provider "google" {
  override_data {
    target = data.google_container_cluster.cluster
    values = { endpoint = "192.0.2.1", master_auth = [{ cluster_ca_certificate = "" }] }
  }
  override_data {
    target = module.store.data.google_project.cluster
    values = { number = "123456789012" }
  }
}

variables {
  project    = "shop-production"
  region     = "europe-north1"
  cluster    = "shop"
  location   = "europe-north1"
  image      = "registry.example/redthread:1"
  public_url = "https://shop.example"
}

run "every_function_has_access_and_mails_go_by_smtp" {
  command = plan
  assert {
    condition     = output.store == "firestore://shop-production/redthread" && toset(output.functions) == local.functions && contains(output.functions, "email")
    error_message = output.store
  }
}
