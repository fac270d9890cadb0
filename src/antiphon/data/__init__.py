"""Values from dice: people, texts, files; knows neither target nor network."""
